import { availableParallelism } from 'node:os';
import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import type { FoundFace } from '@rollcall/faces/face';
import { meanVector } from '@rollcall/faces/mean-vector';
import { prepareModels } from '@rollcall/faces/models/model-cache';
import { pipelineVersion } from '@rollcall/faces/pipeline-version';
import { distanceOf, scalarProduct, similarityAt } from '@rollcall/faces/similarity';
import { FaceWorkers } from '@rollcall/faces/workers/face-workers';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Candidate, EngineStamp, Face, FaceEngine, FaceEvidence, SearchedFace } from '../../ports/face-engine.ts';
import type { Table } from '../../ports/table.ts';
import { VectorStore } from '../../store/vector-store.ts';
import { evidenceWeight } from '../evidence-weight.ts';
import { evidenceOf, parseEvidence } from './embedded-evidence.ts';
import { VectorCollections } from './vector-collections.ts';

export interface EmbeddedEngineOptions {
  readonly table: Table;
  /** Where the converted models are kept; made if missing. */
  readonly cacheDir: string;
  /** Worker threads, some 150 MB each; @default the number of cores. */
  readonly workers?: number;
  /** Pictures that may wait for a worker; over it requests are refused as Unavailable. @default 64 */
  readonly queueLimit?: number;
  /** Ms from the request to its answer, waiting included. @default 15000 */
  readonly requestTimeoutMs?: number;
  readonly log: Log;
  readonly clock: Clock;
}

const maxCandidates = 5;

/** Two faces of one passage are taken for the same person from here on: few people pass together, so less is needed than to name one. */
const samePersonFrom = 50;

/** Faces on this machine: models in worker threads, vectors in the table and in memory. */
export class EmbeddedEngine implements FaceEngine {
  readonly isPaid = false;
  readonly stamp: EngineStamp = { engine: 'embedded', version: pipelineVersion };
  readonly #workers: FaceWorkers;
  readonly #collections: VectorCollections;

  private constructor(workers: FaceWorkers, table: Table) {
    this.#workers = workers;
    this.#collections = new VectorCollections(new VectorStore(table), this.stamp);
  }

  /** Prepares the models (a second or two on the first start) and starts the workers. @throws Misconfigured, Unavailable. */
  static async start(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
    const { table, cacheDir, clock } = options;
    const log = options.log.child({ stage: 'faces' });
    const { workers: count = availableParallelism(), queueLimit = 64, requestTimeoutMs = 15_000 } = options;
    const startedAt = clock.now();
    const { notKept } = await prepareModels(cacheDir);
    if (notKept !== undefined) log.warn('face-models-not-kept', { err: notKept });
    const workers = new FaceWorkers({ cacheDir, count, queueLimit, requestTimeoutMs, log });
    await workers.start();
    log.info('face-engine-started', { workers: count, tookMs: clock.now() - startedAt });
    return new EmbeddedEngine(workers, table);
  }

  /** Pictures that wait, and those being read: for health and metrics. */
  get load(): { readonly waiting: number; readonly running: number } {
    return this.#workers.load;
  }

  /** Worker threads. */
  get workers(): number {
    return this.#workers.count;
  }

  /** @throws Unavailable while no thread is there to read a picture. */
  async check(): Promise<void> {
    if (!this.#workers.isReady) throw new Unavailable('face engine: no worker is up');
  }

  async index(org: OrganizationId, personId: PersonId, photoId: PhotoId, image: Uint8Array): Promise<EngineStamp> {
    const [largest] = await this.#workers.read(image, { describe: true });
    if (!largest) throw new InvalidInput('photo: expected a face, found none', { code: 'no-face' });
    await this.#collections.put(org, personId, photoId, vectorOf(largest));
    return this.stamp;
  }

  async search(org: OrganizationId, image: Uint8Array): Promise<readonly SearchedFace[]> {
    const faces = await this.#workers.read(image, { describe: true });
    return Promise.all(
      faces.map(async (face) => ({
        face: toFace(face),
        evidence: evidenceOf(this.stamp, vectorOf(face), evidenceWeight(face)),
        candidates: await this.#collections.search(org, { vector: vectorOf(face), handicap: 0 }, maxCandidates),
      })),
    );
  }

  async searchTogether(org: OrganizationId, seen: readonly FaceEvidence[]): Promise<readonly Candidate[]> {
    const vectors = seen.flatMap((evidence) => parseEvidence(evidence, this.stamp) ?? []);
    return vectors.length === 0 ? [] : this.#collections.search(org, meanVector(vectors), maxCandidates);
  }

  isSamePerson(a: FaceEvidence, b: FaceEvidence): boolean {
    const [first, second] = [parseEvidence(a, this.stamp), parseEvidence(b, this.stamp)];
    if (!first || !second) return false;
    return similarityAt(distanceOf(scalarProduct(first.vector, second.vector))) >= samePersonFrom;
  }

  delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<number> {
    return this.#collections.delete(org, personId, photoId);
  }

  /** Photos to `index` again, from the kept pictures: their vectors are of another engine or version, and match nobody. */
  stalePhotos(org: OrganizationId): Promise<{ personId: PersonId; photoId: PhotoId }[]> {
    return this.#collections.stale(org);
  }

  /** Ends the workers; pending requests are Unavailable. May be called twice. */
  async stop(): Promise<void> {
    await this.#workers.stop();
  }
}

function toFace({ box, confidence, pose, quality }: FoundFace): Face {
  return { box, confidence, pose, quality };
}

function vectorOf(face: FoundFace): Float32Array {
  if (!face.vector) throw new Error('a worker that was asked for vectors gave none');
  return face.vector;
}
