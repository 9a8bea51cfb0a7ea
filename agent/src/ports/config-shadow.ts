import type { JsonObject } from '@rollcall/kit/merge-patch';

/** What the cloud keeps for a device: what is wanted of it, and what it said last. Nothing in it has been checked. */
export interface ConfigDocument {
  readonly desired?: JsonObject | undefined;
  readonly reported?: JsonObject | undefined;
}

/** The device's named shadow `config`. */
export interface ConfigShadow {
  /** undefined when there is none. @throws Unavailable when it may work later, Denied or InvalidInput when not. */
  get(): Promise<ConfigDocument | undefined>;
  /** Merges `patch` into what the device says of itself; null removes. @throws as `get` */
  report(patch: JsonObject): Promise<void>;
  /** Calls `listener` when it may have changed, and whenever it is known again after a time without a connection. */
  onChange(listener: () => void): void;
}
