import { parseArgs } from 'node:util';
import { InvalidInput } from '@rollcall/kit/app-error';

/** Options of a deployment from `-c key=value`, as the CDK takes them. @throws InvalidInput for what is not of that form. */
export function optionsFrom(args: readonly string[]): Record<string, string> {
  const { values } = parseArgs({
    args: [...args],
    options: { context: { type: 'string', short: 'c', multiple: true } },
  });
  return Object.fromEntries((values.context ?? []).map(asPair));
}

function asPair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidInput(`expected -c key=value, got -c ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
