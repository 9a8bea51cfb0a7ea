import { Misconfigured } from '@rollcall/kit/app-error';

/** What an error of `listen` means to whoever started the site. @param option the one that names the port, such as `--port`. */
export function listenProblem(
  cause: unknown,
  { host, port, option }: { readonly host: string; readonly port: number; readonly option: string },
): Misconfigured {
  return new Misconfigured(reasonOf(cause, host, port, option), { cause });
}

function reasonOf(cause: unknown, host: string, port: number, option: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what uses it, or choose another one with ${option}`;
  if (code === 'EACCES') return `port ${port} needs more rights: choose one from 1024 on with ${option}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${host} is no address of this machine: choose another --host`;
  }
  return `cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
}
