// Playlists of the simulated Spotify that the tests need.

/** Ada's playlist of `size` entries. */
export function playlistOf(size: number): string {
  return `0Playlist${String(size).padStart(13, "0")}`;
}

/** Followed by Ada, whose tracks Spotify keeps from her. */
export const FOLLOWED = "4Followed0000000000001";

/** Ada's playlist of odd entries: local files, episodes, removed ones. */
export const ODD = "3OddEntries00000000001";
