import { en, type Messages } from './en.ts';

/** The texts in use. English is the only language so far; a second one is chosen here by `navigator.languages`. */
export const text: Messages = en;
