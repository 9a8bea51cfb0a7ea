import { z } from 'zod';

/** A class, section or team. Known by its name. */
export const Group = z.object({ id: z.string(), name: z.string(), people: z.int() });
export type Group = z.infer<typeof Group>;
