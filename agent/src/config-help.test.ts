import { expect, it } from 'vitest';
import { configHelp } from './config-help.ts';

it('tells of each key of agent.json what it takes, its default, and whether a file needs it', () => {
  const help = configHelp();
  expect(help).toMatch(/^ {2}org +string .* \(needed\)$/m);
  expect(help).toMatch(/^ {2}mqtt\.host +string .* \(needed\)$/m);
  expect(help).toMatch(/^ {2}mqtt\.port +1 to 65535 \[8883\]/m);
  expect(help).toMatch(/^ {2}faceGate +auto \| on \| off \[auto\] {2}\S/m);
  expect(help).toMatch(/^ {2}provisioning\.serial +string {2}[^(]*$/m);
});
