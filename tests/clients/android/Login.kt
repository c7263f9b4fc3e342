package at.lockstep.player

import android.content.Context
import android.net.Uri
import androidx.browser.customtabs.CustomTabsIntent

// #region login
private const val CALLBACK = "at.lockstep.player://spotify/callback"

/** Opens the login in a Custom Tab. It ends at [CALLBACK], for which the app has an intent filter. */
fun logIn(context: Context, server: String) {
    val address = Uri.parse("$server/login/spotify/").buildUpon()
        .appendQueryParameter("redirect_uri", CALLBACK)
        .build()
    CustomTabsIntent.Builder().build().launchUrl(context, address)
}

/** What the callback's intent brings. [expiresIn] is in seconds. */
data class Tokens(val access: String, val refresh: String, val expiresIn: Long)

/** Null where the login was not finished. */
fun tokens(callback: Uri): Tokens? =
    Tokens(
        access = callback.getQueryParameter("access_token") ?: return null,
        refresh = callback.getQueryParameter("refresh_token") ?: return null,
        expiresIn = callback.getQueryParameter("expires_in")?.toLongOrNull() ?: return null,
    )
// #endregion
