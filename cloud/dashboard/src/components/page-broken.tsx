import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { text } from '../messages/text.ts';
import { EmptyState } from './empty-state.tsx';

/** A page that threw: a bug, or code of a version that the server no longer has. */
export function PageBroken() {
  return (
    <main role="alert">
      <EmptyState
        isPage
        icon={<IconPlugConnectedX size={22} stroke={1.7} />}
        title={text.app.broken}
        text={text.app.brokenText}
        action={<Button onClick={() => location.reload()}>{text.app.reload}</Button>}
      />
    </main>
  );
}
