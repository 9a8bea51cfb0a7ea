import { type JobDetails, maxJobDetailLength } from '@rollcall/contract/device-job';

/** What is said of a job, in the limits of AWS IoT: no control characters, no more than so long, nothing empty. */
export function detailsOf(details: Readonly<Record<string, string>>): JobDetails {
  const clean = Object.entries(details).flatMap(([key, value]) => {
    const text = value
      .replaceAll(/\p{C}+/gu, ' ')
      .slice(0, maxJobDetailLength)
      .trim();
    return text === '' ? [] : [[key, text]];
  });
  return Object.fromEntries(clean);
}
