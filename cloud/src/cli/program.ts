import { Command } from 'commander';
import { addCheckCommand } from './check-command.ts';
import { addClaimCommands } from './claim-commands.ts';
import { addCloudCommands } from './cloud-commands.ts';
import { addConfigCommands } from './config-commands.ts';
import { addDeviceCommands } from './device-commands.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addExportCommands } from './export-commands.ts';
import { addDoorCommands } from './door-commands.ts';
import type { Io } from './io.ts';
import { addJobCommands } from './job-commands.ts';
import { addJobListCommands } from './job-list-commands.ts';
import { addPeopleCommands } from './people-commands.ts';

/** The operator's command line. A command answers its exit code through `exit`. */
export function createProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('rollcall')
    .description('Operate Rollcall: people, devices, exports and health, against either edition.')
    .option('--url <url>', 'server; default: ROLLCALL_URL, or the one in the data folder')
    .option('--key <key>', 'API key; default: ROLLCALL_KEY, or the one in the data folder')
    .option('--data <folder>', 'data folder of a site edition on this machine', io.env['ROLLCALL_DATA'] || 'data')
    .option('--json', 'answer in JSON')
    .showHelpAfterError('(--help says what there is)')
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  addDoctorCommand(program, io, exit);
  addPeopleCommands(program, io, exit);
  addDoorCommands(program, io);
  const device = addDeviceCommands(program, io, exit);
  addClaimCommands(program, device, io, exit);
  addJobCommands(device, io, exit);
  addJobListCommands(device, io, exit);
  addCheckCommand(device, io, exit);
  addConfigCommands(device, io, exit);
  addExportCommands(program, io);
  addCloudCommands(program, io, exit);
  return program;
}
