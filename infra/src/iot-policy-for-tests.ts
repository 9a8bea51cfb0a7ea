import type { IotPolicyDocument } from './device-policies.ts';
import { templateText } from './template-text.ts';

/**
 * What AWS IoT makes of a policy, as far as these use it: variables are put in, `*` matches anything, all else is compared letter by letter,
 * the wildcards of topic filters too. Source: "AWS IoT Core policies", AWS IoT developer guide.
 * @param thing of the connection; without one, a variable has no value and its statement allows nothing.
 */
export function iotPolicyAllows(
  document: IotPolicyDocument,
  thing: { readonly org: string; readonly device: string } | undefined,
  action: string,
  resource: string,
): boolean {
  const patterns = document.Statement.filter((statement) => statement.Action === action).flatMap(({ Resource }) =>
    Resource.map((one) => templateText(one, (name) => known[name] ?? name)),
  );
  return patterns.some((pattern) => {
    const filled = thing
      ? pattern.replaceAll(variable, (_, name: string) => (name === 'ThingName' ? thing.device : thing.org))
      : pattern;
    return !/\$\{/.test(filled) && matches(filled, `${arnStart}${resource}`);
  });
}

const variable = /\$\{iot:Connection\.Thing\.(ThingName|Attributes\[org\])\}/g;
const arnStart = 'arn:aws:iot:eu-west-1:111122223333:';

const known: Readonly<Record<string, string>> = { 'AWS::Partition': 'aws', 'AWS::AccountId': '111122223333' };

function matches(pattern: string, value: string): boolean {
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(value);
}
