import { rekognitionVotes } from '../../adapters/aws/rekognition-votes.ts';
import type { RekognitionEngine } from '../../adapters/aws/rekognition-engine.ts';
import type { FaceEngine } from '../../ports/face-engine.ts';

/**
 * An engine that is loaded when a picture is first to be read: most requests of the API look at none, and a cold start that loads sharp takes
 * longer (`pnpm bench bundles`).
 */
export function lazyFaces(load: () => Promise<RekognitionEngine>): FaceEngine & Pick<RekognitionEngine, 'stalePhotos'> {
  let loaded: Promise<RekognitionEngine> | undefined;
  const engine = () => (loaded ??= load());
  return {
    ...rekognitionVotes,
    isPaid: true,
    index: async (...photo) => (await engine()).index(...photo),
    search: async (org, image) => (await engine()).search(org, image),
    delete: async (...photo) => (await engine()).delete(...photo),
    stalePhotos: async (org) => (await engine()).stalePhotos(org),
  };
}
