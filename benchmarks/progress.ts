/** A bar on standard error that says how far something is; nothing where nobody watches. */
export function progress(what: string, total: number): { step(): void; done(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { step: () => {}, done: () => {} };
  const width = 30;
  let at = 0;
  const draw = () => {
    const full = Math.round((width * at) / Math.max(1, total));
    stderr.write(`\r${what} [${'#'.repeat(full)}${' '.repeat(width - full)}] ${at}/${total}`);
  };
  draw();
  return {
    step: () => {
      at++;
      draw();
    },
    done: () => stderr.write('\r\u001b[K'),
  };
}
