import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { explain } from '../api/api-problem.ts';
import { text } from '../messages/text.ts';
import { EmptyState } from './empty-state.tsx';

/** A read that failed, in words, with the way to repeat it. */
export function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div role="alert">
      <EmptyState
        icon={<IconCloudOff size={22} stroke={1.7} />}
        title={text.app.loadFailed}
        text={explain(error)}
        action={
          <Button variant="default" onClick={onRetry}>
            {text.app.tryAgain}
          </Button>
        }
      />
    </div>
  );
}
