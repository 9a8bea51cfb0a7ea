import type { MatchThresholds } from '@rollcall/contract/organization';

/**
 * What an organization of the cloud edition starts with. AWS advises 99 where it matters who somebody is; from 80 on, its default, somebody
 * is worth a look. The margin is the site edition's, the best with 19 times the odds of the second: at this bar 99 as against 83.9.
 * Source: "Using similarity thresholds to match faces" and "Best practices", Amazon Rekognition developer guide. Not measured: docs/recognition.md.
 */
export const rekognitionThresholds: MatchThresholds = { accept: 99, doubtful: 80, margin: 15 };
