/** Sightings that the feed shows and keeps. */
export const feedLength = 40;
