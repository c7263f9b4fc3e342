package at.lockstep.player

import android.content.Context
import android.net.Uri
import android.os.Build
import android.util.Base64
import androidx.browser.customtabs.CustomTabsIntent
import at.lockstep.player.api.RedeemLoginCodeMutation
import com.apollographql.apollo.ApolloClient
import com.apollographql.apollo.api.Optional
import java.security.MessageDigest
import java.security.SecureRandom

// #region login
private const val CALLBACK = "at.lockstep.player://spotify/callback"

/** What has to outlive the app's process, which may end while the person is in the browser. */
private fun underWay(context: Context) = context.getSharedPreferences("login", Context.MODE_PRIVATE)

private fun base64Url(bytes: ByteArray): String =
    Base64.encodeToString(bytes, Base64.URL_SAFE or Base64.NO_PADDING or Base64.NO_WRAP)

private fun random(): String = base64Url(ByteArray(32).also { SecureRandom().nextBytes(it) })

/** Opens the login in a Custom Tab. It ends at [CALLBACK], for which the app has an intent filter. */
fun logIn(context: Context, server: String) {
    val verifier = random()
    val state = random()
    underWay(context).edit().putString("verifier", verifier).putString("state", state).commit()
    val challenge = MessageDigest.getInstance("SHA-256").digest(verifier.toByteArray())
    val address = Uri.parse("$server/login/spotify/").buildUpon()
        .appendQueryParameter("redirect_uri", CALLBACK)
        .appendQueryParameter("code_challenge", base64Url(challenge))
        .appendQueryParameter("code_challenge_method", "S256")
        .appendQueryParameter("state", state)
        .build()
    CustomTabsIntent.Builder().build().launchUrl(context, address)
}

/** The token, for the code that the callback's intent brings. Null where this app's login was not finished. */
suspend fun redeem(context: Context, client: ApolloClient, callback: Uri): String? {
    val login = underWay(context)
    val verifier = login.getString("verifier", null) ?: return null
    if (callback.getQueryParameter("state") != login.getString("state", null)) return null
    login.edit().clear().commit()
    // Without a code there are `error` and `error_description`.
    val code = callback.getQueryParameter("code") ?: return null
    val device = Optional.present(Build.MODEL)
    val answer = client.mutation(RedeemLoginCodeMutation(code, verifier, device)).execute()
    return answer.data?.redeemLoginCode?.token
}
// #endregion

// #region old
/** What the callback's intent brings to a login without `code_challenge`. [expiresIn] is in seconds. */
data class SpotifyTokens(val access: String, val refresh: String, val expiresIn: Long)

/** Null where the login was not finished. */
fun spotifyTokens(callback: Uri): SpotifyTokens? =
    SpotifyTokens(
        access = callback.getQueryParameter("access_token") ?: return null,
        refresh = callback.getQueryParameter("refresh_token") ?: return null,
        expiresIn = callback.getQueryParameter("expires_in")?.toLongOrNull() ?: return null,
    )
// #endregion
