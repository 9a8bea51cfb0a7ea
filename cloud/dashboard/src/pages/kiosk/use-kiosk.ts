import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../../api/api-problem.ts';
import type { Api } from '../../api/api.ts';
import type { Camera } from '../../camera/use-camera.ts';
import { handInPicture } from './hand-in-picture.ts';
import { failed, type KioskAnswer, kioskAnswer, unreachable } from './kiosk-answer.ts';

/** s for which an answer stays. */
const showSeconds = 5;

export type KioskState =
  | { readonly step: 'idle' }
  | { readonly step: 'working'; readonly picture: string; readonly retrying: boolean }
  | { readonly step: 'answer'; readonly answer: KioskAnswer; readonly secondsLeft: number };

/** From idle over the picture to the answer, and back by itself. */
export function useKiosk(api: Api, { take }: Pick<Camera, 'take'>) {
  const [state, setState] = useState<KioskState>({ step: 'idle' });
  const isIdle = state.step === 'idle';
  const isShown = state.step === 'answer';

  const checkIn = useCallback(async () => {
    const picture = await take(1280);
    if (!picture) return;
    const preview = URL.createObjectURL(picture);
    const working = (retrying: boolean) => setState({ step: 'working', picture: preview, retrying });
    working(false);
    const answer = await answerTo(api, picture, () => working(true));
    URL.revokeObjectURL(preview);
    setState({ step: 'answer', answer, secondsLeft: showSeconds });
  }, [api, take]);

  const reset = useCallback(() => setState({ step: 'idle' }), []);

  useEffect(() => {
    const timer = isShown ? setInterval(() => setState(oneSecondLater), 1_000) : undefined;
    return () => clearInterval(timer);
  }, [isShown]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.code !== 'Space' && event.code !== 'Enter') return;
      event.preventDefault();
      if (event.repeat) return;
      if (isIdle) void checkIn();
      else if (isShown) reset();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [isIdle, isShown, checkIn, reset]);

  return { state, checkIn, reset };
}

async function answerTo(api: Api, picture: Blob, onRetry: () => void): Promise<KioskAnswer> {
  try {
    return kioskAnswer(await handInPicture(api, picture, onRetry), new Date().getHours());
  } catch (error) {
    const away = error instanceof ApiProblem && error.retryable;
    return away ? unreachable() : failed();
  }
}

function oneSecondLater(state: KioskState): KioskState {
  if (state.step !== 'answer') return state;
  return state.secondsLeft <= 1 ? { step: 'idle' } : { ...state, secondsLeft: state.secondsLeft - 1 };
}
