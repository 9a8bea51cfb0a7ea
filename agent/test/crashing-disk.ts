import { basename, dirname } from 'node:path';
import { ManualClock } from '@rollcall/kit/clock';
import type { Disk, NewFile } from '@rollcall/kit/disk';

/** What a file holds: now, and after a power cut if the file was synced since. */
interface Content {
  now: Buffer;
  durable: Buffer;
}

/** A name in a folder: a file's, or another folder's. */
type Entry = Content | 'folder';
type Names = Map<string, Entry>;

/** A change of names that a power cut may undo, until a folder that it touches was synced. */
interface Change {
  readonly touches: readonly string[];
  readonly apply: (names: Names) => void;
}

/**
 * A file system in memory that promises no more than POSIX: what a file holds is safe after its `sync`, and names after their folder's
 * `syncFolder`. The power goes at step `cutAt`: that step is done or not, nothing after it ever happens, and `reboot` gives what is
 * left: any of the unsynced changes of names, in any choice, and of unsynced files nothing, a part, zeros, or all.
 */
export class CrashingDisk implements Disk {
  /** Steps so far that changed something. */
  steps = 0;
  cutAt = Number.POSITIVE_INFINITY;
  /** The error of a step, if it is to fail. */
  failWith: (step: number) => string | undefined = () => undefined;
  /** Resolves when the power goes. */
  readonly off: Promise<void>;
  readonly #random: () => number;
  #goOff = () => {};
  #isOff = false;
  readonly #now: Names;
  readonly #durable: Names;
  #changes: Change[] = [];

  /** @param random 0 to 1: decides what is left after a cut. @param names what is on it. */
  constructor(random: () => number, names: Names = emptyDisk()) {
    this.#random = random;
    this.#now = new Map(names);
    this.#durable = new Map(names);
    this.off = new Promise((resolve) => {
      this.#goOff = resolve;
    });
  }

  /** What is left when the power is back. Who still waits for this one waits for ever. */
  reboot(): CrashingDisk {
    this.#isOff = true;
    for (const { apply } of this.#changes) if (this.#random() < 0.5) apply(this.#durable);
    for (const path of this.#durable.keys()) if (!this.#hasParents(path)) this.#durable.delete(path);
    const left = new Map<string, Entry>();
    for (const [path, entry] of this.#durable) {
      const bytes = entry === 'folder' ? undefined : this.#leftOf(entry);
      left.set(path, bytes ? { now: bytes, durable: bytes } : 'folder');
    }
    return new CrashingDisk(this.#random, left);
  }

  /** Changes a file behind everybody's back, for good. */
  tamper(path: string, change: (bytes: Buffer) => Buffer): void {
    const content = this.#file(path, 'tamper');
    content.now = content.durable = change(Buffer.from(content.now));
  }

  async makeFolder(path: string): Promise<string | undefined> {
    const missing: string[] = [];
    for (let at = path; !this.#now.has(at); at = dirname(at)) missing.unshift(at);
    if (missing.length === 0) return undefined;
    await this.#step('mkdir', () => {
      for (const folder of missing) this.#change([dirname(folder)], (names) => void names.set(folder, 'folder'));
    });
    return missing[0];
  }

  async list(folder: string): Promise<string[]> {
    await this.#look('scandir');
    if (this.#now.get(folder) !== 'folder') throw diskError('ENOENT', 'scandir');
    return [...this.#now.keys()]
      .filter((path) => dirname(path) === folder && path !== folder)
      .map((path) => basename(path));
  }

  async look(path: string) {
    await this.#look('stat');
    return { bytes: this.#file(path, 'stat').now.length, changedAt: new ManualClock().now() };
  }

  async read(path: string): Promise<Buffer> {
    await this.#look('read');
    return Buffer.from(this.#file(path, 'open').now);
  }

  async create(path: string): Promise<NewFile> {
    const content: Content = { now: Buffer.alloc(0), durable: Buffer.alloc(0) };
    await this.#step('open', () => {
      if (this.#now.has(path)) throw diskError('EEXIST', 'open');
      if (!this.#now.has(dirname(path))) throw diskError('ENOENT', 'open');
      this.#change([dirname(path)], (names) => void names.set(path, content));
    });
    return {
      write: (data) =>
        this.#step('write', (part) => {
          const bytes = Buffer.from(data);
          content.now = Buffer.concat([content.now, bytes.subarray(0, Math.floor(bytes.length * part))]);
        }),
      sync: () =>
        this.#step('fsync', (part) => {
          if (part === 1) content.durable = content.now;
        }),
      close: () => this.#step('close', () => {}),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step('rename', () => {
      const content = this.#file(from, 'rename');
      this.#change([dirname(from), dirname(to)], (names) => {
        // The file may have had no durable name before: then it has this one.
        names.delete(from);
        names.set(to, content);
      });
    });
  }

  async remove(path: string): Promise<void> {
    await this.#step('unlink', () => {
      if (this.#now.has(path)) this.#change([dirname(path)], (names) => void names.delete(path));
    });
  }

  async syncFolder(folder: string): Promise<void> {
    await this.#step('fsync', (part) => {
      if (part < 1) return;
      const touching = this.#changes.filter(({ touches }) => touches.includes(folder));
      for (const { apply } of touching) apply(this.#durable);
      this.#changes = this.#changes.filter((change) => !touching.includes(change));
    });
  }

  /** Does `work`; a step that fails may have done a part of it. */
  async #step(syscall: string, work: (part: number) => void): Promise<void> {
    await this.#power();
    this.steps++;
    if (this.steps >= this.cutAt) {
      if (this.#random() < 0.5) work(this.#random());
      this.#isOff = true;
      this.#goOff();
    }
    await this.#power();
    const code = this.failWith(this.steps);
    if (code !== undefined) {
      if (syscall === 'write') work(0.5);
      throw diskError(code, syscall);
    }
    work(1);
  }

  async #look(syscall: string): Promise<void> {
    await this.#power();
    if (this.failWith(this.steps) === 'EIO') throw diskError('EIO', syscall);
  }

  /** Without it nothing ever goes on. */
  async #power(): Promise<void> {
    if (this.#isOff) await new Promise(() => {});
  }

  #change(touches: readonly string[], apply: (names: Names) => void): void {
    apply(this.#now);
    this.#changes.push({ touches, apply });
  }

  #file(path: string, syscall: string): Content {
    const entry = this.#now.get(path);
    if (entry === undefined) throw diskError('ENOENT', syscall);
    if (entry === 'folder') throw diskError('EISDIR', syscall);
    return entry;
  }

  #hasParents(path: string): boolean {
    return path === '/' || (this.#durable.get(dirname(path)) === 'folder' && this.#hasParents(dirname(path)));
  }

  #leftOf({ now, durable }: Content): Buffer {
    if (now === durable) return durable;
    const choices = [
      durable,
      Buffer.alloc(0),
      now.subarray(0, Math.floor(now.length * this.#random())),
      Buffer.alloc(now.length),
      now,
    ];
    return choices[Math.floor(this.#random() * choices.length)] ?? now;
  }
}

/** Where tests keep their outbox on it: there from the start, as whoever installs an agent leaves it. */
export const crashingDataDir = '/data';

function emptyDisk(): Names {
  return new Map<string, Entry>([
    ['/', 'folder'],
    [crashingDataDir, 'folder'],
  ]);
}

/** An error as Node's file system throws it. */
export function diskError(code: string, syscall: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}
