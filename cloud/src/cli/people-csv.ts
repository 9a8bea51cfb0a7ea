import { Consent, PersonInput } from '@rollcall/contract/person';
import { type FieldError, InvalidInput } from '@rollcall/kit/app-error';
import { fieldErrors } from '@rollcall/kit/parse';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readCsvText } from './csv-text.ts';

/** A line of the file: somebody, and the consent if the line has it. */
export interface PersonRow {
  readonly line: number;
  readonly input: PersonInput;
  readonly consent: Consent | undefined;
}

const known = ['externalId', 'name', 'email', 'groups', 'method', 'consentPolicy', 'consentGrantedAt', 'consentBy'];
const needed = ['externalId', 'name'];
const Lines = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.record(z.string(), z.string()) }));

/** The rows of a CSV file, every one checked. @throws InvalidInput naming each line and column that does not fit. */
export async function readPeopleCsv(path: string): Promise<PersonRow[]> {
  const lines = linesOf(path, await readCsvText(path));
  const errors: FieldError[] = [];
  const rows: PersonRow[] = [];
  const firstLineOf = new Map<string, number>();
  for (const { info, record } of lines) {
    const checked = rowOf(info.lines, record);
    errors.push(...checked.errors.map((error) => ({ ...error, path: `line ${info.lines}, ${error.path}` })));
    if (!checked.row) continue;
    const { externalId } = checked.row.input;
    const first = firstLineOf.get(externalId);
    if (first)
      errors.push({ path: `line ${info.lines}, externalId`, message: `${externalId} is in line ${first} already` });
    firstLineOf.set(externalId, info.lines);
    rows.push(checked.row);
  }
  if (errors.length > 0)
    throw new InvalidInput(`${path} has ${errors.length} problem(s); nothing was sent`, { errors });
  return rows;
}

function linesOf(path: string, text: string): z.infer<typeof Lines> {
  try {
    const options = { bom: true, columns: checkHeader, info: true, skip_empty_lines: true, trim: true } as const;
    // Excel writes ; where the comma is the decimal sign.
    return Lines.parse(
      parse(text, { ...options, delimiter: [',', ';', '\t'].find((d) => text.split('\n', 1)[0]?.includes(d)) ?? ',' }),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InvalidInput(`${path} is no CSV that can be read: ${cause.message}`, { cause });
  }
}

function checkHeader(header: string[]): string[] {
  const columns = header.map((name) => known.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name);
  const strange = columns.filter((name) => !known.includes(name));
  const missing = needed.filter((name) => !columns.includes(name));
  if (strange.length + missing.length === 0) return columns;
  throw new InvalidInput('the header line does not fit', {
    errors: [
      ...missing.map((name) => ({ path: name, message: 'this column is missing' })),
      ...strange.map((name) => ({ path: name, message: `expected one of ${known.join(', ')}` })),
    ],
  });
}

function rowOf(line: number, record: Record<string, string>): { row?: PersonRow; errors: FieldError[] } {
  const { externalId, name, email, groups, method, consentPolicy, consentGrantedAt, consentBy } = record;
  const input = PersonInput.safeParse({
    externalId,
    name,
    ...(email ? { email } : {}),
    ...(groups
      ? {
          groups: groups
            .split(';')
            .map((group) => group.trim())
            .filter(Boolean),
        }
      : {}),
    ...(method ? { method } : {}),
  });
  const errors = input.success ? [] : fieldErrors(input.error);
  const given = consentPolicy || consentGrantedAt || consentBy;
  const consent = Consent.safeParse({ policyVersion: consentPolicy, grantedAt: consentGrantedAt, by: consentBy });
  if (given && !consent.success) errors.push(...fieldErrors(consent.error).map(asColumn));
  return input.success ? { row: { line, input: input.data, consent: consent.data }, errors } : { errors };
}

function asColumn({ path, message }: FieldError): FieldError {
  const column = { policyVersion: 'consentPolicy', grantedAt: 'consentGrantedAt', by: 'consentBy' }[path] ?? path;
  return { path: column, message };
}
