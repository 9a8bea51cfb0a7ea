import { expect, it } from 'vitest';
import { commonSettings, patchOf, takingBack } from './common-settings.ts';

const inEffect = commonSettings({ motion: { minArea: 0.02, masks: [] }, crop: false });

it('sends what was changed, and nothing else', () => {
  expect(patchOf(inEffect, inEffect)).toBeUndefined();
  expect(patchOf(inEffect, { ...inEffect, minArea: 0.05, maxCaptures: 2 })).toEqual({
    motion: { minArea: 0.05 },
    passage: { maxCaptures: 2 },
  });
});

it('takes back what is refused, as a whole', () => {
  const problems = [
    { path: 'colour', message: 'there is no such setting' },
    { path: 'motion.minArea', message: 'too big' },
    { path: '', message: 'the disk does not take it' },
  ];
  const status = { desired: {}, reported: null, version: 1, state: 'refused', problem: 'x', problems } as const;
  expect(takingBack({ ...status, problems: [...problems] })).toEqual({ colour: null, motion: null });
});
