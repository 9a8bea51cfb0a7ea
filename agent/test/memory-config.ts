import { maxShadowBytes } from '@rollcall/contract/topics';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { isJsonObject, type JsonObject, mergePatch } from '@rollcall/kit/merge-patch';
import type { ConfigFile, KeptConfig } from '../src/ports/config-file.ts';
import type { ConfigDocument, ConfigShadow } from '../src/ports/config-shadow.ts';

/** A shadow in memory. */
export class MemoryShadow implements ConfigShadow {
  document: { desired?: JsonObject; reported?: JsonObject } | undefined;
  /** What was reported, in order. */
  readonly reports: JsonObject[] = [];
  isAway = false;
  #listener = () => {};

  get(): Promise<ConfigDocument | undefined> {
    if (this.isAway) return Promise.reject(new Unavailable('away'));
    return Promise.resolve(structuredClone(this.document));
  }

  report(patch: JsonObject): Promise<void> {
    if (this.isAway) return Promise.reject(new Unavailable('away'));
    const reported = mergePatch(this.document?.reported ?? {}, patch);
    const document = { ...this.document, ...(isJsonObject(reported) && { reported }) };
    if (JSON.stringify(document).length > maxShadowBytes) return Promise.reject(new InvalidInput('413'));
    this.reports.push(patch);
    this.document = document;
    // As AWS IoT does while something differs still.
    this.#listener();
    return Promise.resolve();
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** Something is wanted from afar; undefined: the shadow is deleted. */
  want(desired: JsonObject | undefined): void {
    this.document = desired && { ...this.document, desired };
    this.#listener();
  }

  /** A delta comes, late or again. */
  knock(): void {
    this.#listener();
  }
}

/** A file in memory that outlives an agent. */
export class MemoryConfigFile implements ConfigFile {
  kept: KeptConfig | undefined;
  isFull = false;

  load(): Promise<KeptConfig | undefined> {
    return Promise.resolve(this.kept);
  }

  save(kept: KeptConfig): Promise<void> {
    if (this.isFull) return Promise.reject(new Unavailable('the disk of the device does not take it (ENOSPC)'));
    this.kept = structuredClone(kept);
    return Promise.resolve();
  }
}
