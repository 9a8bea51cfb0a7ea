/** What the agent can be packaged for: Linux with glibc. */
export type Arch = 'arm64' | 'x64';
