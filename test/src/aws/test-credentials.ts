/** Region and credentials of nobody, for clients of emulators. */
export const testAccount = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'for-tests-only' },
} as const;
