import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Candidate, EngineStamp, Face, FaceEngine, FaceEvidence, SearchedFace } from '../../ports/face-engine.ts';
import type { Table } from '../../ports/table.ts';

export interface EmbeddedEngineOptions {
  readonly table: Table;
  /** Where the converted models are kept; made if missing. */
  readonly cacheDir: string;
  /** Worker threads; @default the number of cores. */
  readonly workers?: number;
  /** Pictures that may wait for a worker; over it requests are refused as Unavailable. @default 64 */
  readonly queueLimit?: number;
  /** Ms from the request to its answer, waiting included. @default 15000 */
  readonly requestTimeoutMs?: number;
  readonly log: Log;
  readonly clock: Clock;
}

/** Faces on this machine: models in worker threads, vectors in the table and in memory. */
export class EmbeddedEngine implements FaceEngine {
  readonly stamp: EngineStamp = { engine: 'embedded', version: '1' };

  /** Prepares the models (about a second on the first start), starts the workers. */
  static start(_options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
    return Promise.reject(new Unavailable('lands in the next commit'));
  }

  detect(_image: Uint8Array): Promise<readonly Face[]> {
    return Promise.reject(new Unavailable('lands in the next commit'));
  }

  index(_org: OrganizationId, _personId: PersonId, _photoId: PhotoId, _image: Uint8Array): Promise<void> {
    return Promise.reject(new Unavailable('lands in the next commit'));
  }

  search(_org: OrganizationId, _image: Uint8Array): Promise<readonly SearchedFace[]> {
    return Promise.reject(new Unavailable('lands in the next commit'));
  }

  searchTogether(_org: OrganizationId, _seen: readonly FaceEvidence[]): Promise<readonly Candidate[]> {
    return Promise.reject(new Unavailable('lands in the next commit'));
  }

  isSamePerson(_a: FaceEvidence, _b: FaceEvidence): boolean {
    return false;
  }

  delete(_org: OrganizationId, _personId: PersonId, _photoId?: PhotoId): Promise<number> {
    return Promise.reject(new Unavailable('lands in the next commit'));
  }

  /** Ends the workers; pending requests are Unavailable. May be called twice. */
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
