import { AgentConfig } from '@rollcall/contract/agent-config';
import { z } from 'zod';

const Described = z.object({
  description: z.string().optional(),
  default: z.unknown().optional(),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});
type Described = z.infer<typeof Described>;

const nameWidth = 28;

/** A line for each key of `agent.json`: what it takes, its default, what it is for; and the least that a file holds. */
export function configHelp(): string {
  const whole = Described.parse(z.toJSONSchema(AgentConfig, { io: 'input', unrepresentable: 'any' }));
  return `agent.json, the least: ${least}

${linesOf(whole, '').join('\n')}

A new device also needs provisioning.serial, claimCertFile and claimKeyFile: rollcall device prepare writes all of it.
`;
}

const least = '{ "org": "main", "camera": "rpicam:", "mqtt": { "host": "broker.example.org" } }';

function linesOf(parent: Described, path: string): string[] {
  return Object.entries(parent.properties ?? {}).flatMap(([name, raw]) => {
    const key = Described.parse(raw);
    const isNeeded = parent.required?.includes(name) ?? false;
    if (key.properties) return linesOf(isNeeded ? key : { ...key, required: [] }, `${path}${name}.`);
    const needed = isNeeded ? ' (needed)' : '';
    return `  ${`${path}${name}`.padEnd(nameWidth)} ${takes(key)}${needed}`;
  });
}

function takes(key: Described): string {
  const { description } = key;
  const range = key.enum?.join(' | ') ?? rangeOf(key);
  const usual =
    key.default === undefined
      ? ''
      : ` [${typeof key.default === 'string' ? key.default : JSON.stringify(key.default)}]`;
  return `${range}${usual}${description === undefined ? '' : `  ${description}`}`;
}

function rangeOf({ type = 'value', minimum, maximum }: Described): string {
  return type === 'string' || minimum === undefined || maximum === undefined ? type : `${minimum} to ${maximum}`;
}
