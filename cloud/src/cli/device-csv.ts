import { DeviceId, DoorId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import { fieldErrors } from '@rollcall/kit/parse';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readCsvText } from './csv-text.ts';

/** What is known of one device that something is to be done with. */
export const DeviceRow = z.strictObject({
  serial: DeviceId,
  door: DoorId.optional(),
  by: DeviceId.optional(),
  camera: z.string().min(1).optional(),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

/** A line of the file, or why it is none. */
export interface DeviceLine {
  /** Absent for a device that was typed. */
  readonly line?: number;
  /** As it was written. */
  readonly serial: string;
  readonly row: DeviceRow | undefined;
  readonly problem?: string;
}

const columns = Object.keys(DeviceRow.shape);
const Lines = z.array(
  z.object({
    info: z.object({
      lines: z.number(),
      columns: z.array(z.unknown()),
      /** Of a line that has more or fewer cells than the header: all of them. */
      error: z.object({ record: z.array(z.string()) }).optional(),
    }),
    record: z.record(z.string(), z.string()),
  }),
);
type Line = z.infer<typeof Lines>[number];

/**
 * The lines of a CSV file. A bad one says why, and the others count. @param needed columns that it must have besides `serial`.
 * @throws InvalidInput for a file that is no such CSV at all.
 */
export async function readDeviceCsv(path: string, needed: readonly string[] = []): Promise<DeviceLine[]> {
  const lineOf = new Map<string, number>();
  const lines = linesOf(path, await readCsvText(path), ['serial', ...needed]);
  if (lines.length === 0)
    throw new InvalidInput(`${path} has no devices: expected a header line with serial, and lines`);
  return lines.map(({ info, record }) => {
    const line = info.lines;
    const given = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
    const serial = record['serial'] ?? '';
    if (hasStrayCells(info)) {
      return { line, serial, row: undefined, problem: 'it has more cells than the header' };
    }
    const checked = DeviceRow.safeParse(given);
    if (!checked.success) {
      const problem = fieldErrors(checked.error).map((error) => `${error.path}: ${error.message}`);
      return { line, serial, row: undefined, problem: problem.join('; ') };
    }
    const first = lineOf.get(serial);
    if (first !== undefined) return { line, serial, row: undefined, problem: `it is in line ${first} already` };
    lineOf.set(serial, line);
    return { line, serial, row: checked.data };
  });
}

/** A spreadsheet may end each line with empty ones, which mean nothing. */
function hasStrayCells({ columns: header, error }: Line['info']): boolean {
  return error?.record.slice(header.length).some((cell) => cell !== '') ?? false;
}

function linesOf(path: string, text: string, needed: readonly string[]): z.infer<typeof Lines> {
  const [header = ''] = text.split('\n', 1);
  try {
    return Lines.parse(
      parse(text, {
        bom: true,
        columns: (names: string[]) => checkHeader(names, needed),
        info: true,
        skip_empty_lines: true,
        // A line with more cells than the header fails by itself.
        relax_column_count: true,
        trim: true,
        // Excel writes ; where the comma is the decimal sign.
        delimiter: [',', ';', '\t'].find((sign) => header.includes(sign)) ?? ',',
      }),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InvalidInput(`${path} is no CSV that can be read: ${cause.message}`, { cause });
  }
}

function checkHeader(header: string[], needed: readonly string[]): string[] {
  const names = header.map((name) => name.toLowerCase());
  const strange = names.filter((name) => !columns.includes(name));
  const missing = needed.filter((name) => !names.includes(name));
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  if (strange.length + missing.length + twice.length === 0) return names;
  throw new InvalidInput('the header line does not fit; nothing was done', {
    errors: [
      ...missing.map((name) => ({ path: name, message: 'this column is missing' })),
      ...strange.map((name) => ({ path: name, message: `expected one of ${columns.join(', ')}` })),
      ...twice.map((name) => ({ path: name, message: 'this column is there twice' })),
    ],
  });
}
