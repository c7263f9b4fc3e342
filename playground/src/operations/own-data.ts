import { OwnPlaylistsDocument, SomeTracksDocument } from "../api/generated/graphql";
import { request } from "../api/request";

/** What of the logged-in person's the saved operations are filled with. */
export interface OwnData {
  playlistId?: string;
  trackId?: string;
}

/** As many as the saved operation asks for at once: a larger playlist shows how paging goes. */
const PAGE = 25;

/** An own playlist, if possible one of several pages, and a track of it; less where there is less. */
export async function ownData(): Promise<OwnData> {
  try {
    const { data } = await request(OwnPlaylistsDocument);
    const me = data?.me;
    const playlists = me?.playlists?.nodes.filter((playlist) => playlist !== null) ?? [];
    const own = playlists.filter((playlist) => playlist.owner?.id === me?.id);
    const larger = (than: number) => own.find(({ trackCount }) => (trackCount ?? 0) > than);
    const playlist = larger(PAGE) ?? larger(0) ?? own[0] ?? playlists[0];
    if (!playlist) {
      return {};
    }
    const trackId = await someTrack(playlist.id);
    return { playlistId: playlist.id, ...(trackId && { trackId }) };
  } catch {
    // The bar tells that the server cannot be reached; the operations keep their placeholders.
    return {};
  }
}

async function someTrack(playlistId: string): Promise<string | undefined> {
  const { data } = await request(SomeTracksDocument, { id: playlistId });
  const items = data?.playlist?.tracks?.nodes ?? [];
  return items.find((item) => item?.__typename === "Track" && item.id)?.id ?? undefined;
}
