import { Button } from '@mantine/core';
import { IconDoorOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { text } from '../messages/text.ts';
import { EmptyState } from './empty-state.tsx';

/** An address that leads nowhere. */
export function PageMissing() {
  return (
    <main>
      <EmptyState
        isPage
        icon={<IconDoorOff size={22} stroke={1.7} />}
        title={text.app.notFoundTitle}
        text={text.app.notFoundText}
        action={
          <Button component={Link} to="/">
            {text.app.backToToday}
          </Button>
        }
      />
    </main>
  );
}
