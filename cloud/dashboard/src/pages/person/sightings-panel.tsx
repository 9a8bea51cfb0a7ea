import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { doorsQuery, organizationQuery, personSightingsQuery } from '../../api/queries.ts';
import { Panel } from '../../components/panel.tsx';
import { FeedItem } from '../today/feed-item.tsx';
import { text } from '../../messages/text.ts';
import styles from './sightings-panel.module.css';

/** Where the person was seen lately, with the evidence. */
export function SightingsPanel({ personId }: { personId: string }) {
  const api = useApi();
  const sightings = useQuery(personSightingsQuery(api, personId)).data?.items;
  const doors = useQuery(doorsQuery(api)).data?.items;
  const zone = useQuery(organizationQuery(api)).data?.timeZone;
  return (
    <Panel title={text.person.sightings.title} flush>
      {sightings?.length === 0 ? <p className={styles.empty}>{text.person.sightings.empty}</p> : null}
      <ul className={styles.list}>
        {sightings?.map((sighting) => (
          <FeedItem
            key={sighting.id}
            sighting={sighting}
            door={doors?.find((door) => door.id === sighting.doorId)?.name}
            zone={zone}
          />
        ))}
      </ul>
    </Panel>
  );
}
