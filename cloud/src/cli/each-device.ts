import type { CheckReport } from '@rollcall/contract/check-report';
import { AppError } from '@rollcall/kit/app-error';
import type { DeviceLine, DeviceRow } from './device-csv.ts';
import type { ProgressBar } from './progress-bar.ts';

/** What came of one device. */
export interface DeviceResult {
  readonly line?: number;
  readonly serial: string;
  /** `already`: it was so before. */
  readonly outcome: 'done' | 'already' | 'failed';
  readonly detail: string;
  /** What was measured there. */
  readonly check?: Omit<CheckReport, 'still'>;
}

/** @throws AppError when it was refused. */
export type DeviceAction = (row: DeviceRow) => Promise<Pick<DeviceResult, 'outcome' | 'detail' | 'check'>>;

/** Does it with each device, some at once, one result per line in its order. What fails with one does not stop the others. */
export async function eachDevice(
  lines: readonly DeviceLine[],
  atOnce: number,
  progress: ProgressBar,
  act: DeviceAction,
): Promise<DeviceResult[]> {
  const results: DeviceResult[] = [];
  const queue = lines.entries();
  const work = async () => {
    for (const [index, line] of queue) {
      results[index] = await one(line, act);
      progress.advance();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

async function one({ line, serial, row, problem = '' }: DeviceLine, act: DeviceAction): Promise<DeviceResult> {
  const where = { ...(line === undefined ? {} : { line }), serial };
  if (!row) return { ...where, outcome: 'failed', detail: problem };
  try {
    return { ...where, ...(await act(row)) };
  } catch (error) {
    if (error instanceof AppError) return { ...where, outcome: 'failed', detail: `${error.message} (${error.code})` };
    // A file that cannot be written is this device's trouble.
    if (error instanceof Error && 'syscall' in error) return { ...where, outcome: 'failed', detail: error.message };
    throw error;
  }
}
