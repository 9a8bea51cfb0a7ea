import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { explain } from '../api/api-problem.ts';
import { text } from '../messages/text.ts';

/** Says that something worked. */
export function toast(title: string, message?: string): void {
  notifications.show({
    title,
    message: message ?? '',
    color: 'teal',
    icon: <IconCheck size={16} aria-hidden="true" />,
    autoClose: 4_500,
    closeButtonProps: { 'aria-label': text.app.close },
  });
}

/** Says why something did not. */
export function toastError(error: unknown): void {
  notifications.show({
    message: explain(error),
    color: 'red',
    icon: <IconAlertTriangle size={16} aria-hidden="true" />,
    autoClose: 8_000,
    closeButtonProps: { 'aria-label': text.app.close },
  });
}
