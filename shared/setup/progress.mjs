/** How long nothing may be said before a step says that it is still at it. */
const quietMs = 10_000;

/**
 * Tells a step in words, with the time it took.
 * @template T
 * @param {string} doing `Installing packages`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(doing, work) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  console.log(`${doing} …`);
  const timer = setInterval(() => console.log(`  still ${lowerFirst(doing)}, ${seconds()}`), quietMs);
  try {
    const result = await work();
    console.log(`  done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** @param {string} text */
function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
