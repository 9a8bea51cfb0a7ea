import { type AppError, Denied, Unavailable } from '@rollcall/kit/app-error';
import { lastWords } from './last-words.ts';

/** What programs write when a camera does not work, and what that means for whoever stands before it. */
const known: readonly (readonly [RegExp, (name: string, words: string) => AppError])[] = [
  [
    /401 Unauthorized|403 Forbidden|authorization failed/i,
    (name) => new Denied(`${name} refuses the user name or the password (401): correct them in the camera’s address`),
  ],
  [
    /404 Not Found|Stream Not Found/i,
    (name) => new Unavailable(`${name} answers, but has no such stream (404): is the path in its address right?`),
  ],
  [
    /Connection refused/i,
    (name) => new Unavailable(`${name} refuses the connection: is it on, and is the port right?`),
  ],
  [
    /Connection timed out|Operation timed out|No route to host|Network is unreachable|Host is down/i,
    (name) => new Unavailable(`${name} does not answer: is it on, and is the network up?`),
  ],
  [
    /Failed to resolve hostname|Name or service not known|Temporary failure in name resolution/i,
    (name) => new Unavailable(`${name}: there is no host of this name`),
  ],
  [
    /resource busy|in use by another process|failed to acquire camera/i,
    (name) => new Unavailable(`${name} is in use by another program`),
  ],
  [
    /Permission denied/i,
    (name) => new Unavailable(`the agent may not open ${name}: add its user to the group video (usermod -aG video …)`),
  ],
  [
    /no such (file|device)|no webcam found/i,
    (name) => new Unavailable(`${name} is not there: is the camera plugged in?`),
  ],
  [
    /no cameras available/i,
    () => new Unavailable('no camera found on the ribbon cable: is it seated, and is the camera enabled?'),
  ],
  [/Cannot find a proper format/i, (name) => new Unavailable(`${name} gives no JPEGs: try ?format=yuyv`)],
];

/** Makes an error for ops of how a camera's program ended. @param name what the camera is called, without a password */
export function cameraTrouble(name: string): (words: string, code: number | null) => AppError {
  return (words, code) => {
    const found = known.find(([pattern]) => pattern.test(words));
    return found
      ? found[1](name, words)
      : new Unavailable(`${name} ended with ${code ?? 'a signal'}: ${lastWords(words)}`);
  };
}
