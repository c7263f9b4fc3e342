package at.lockstep.player

import android.content.Context
import at.lockstep.player.api.TracksWithBeatsQuery
import at.lockstep.player.api.cache.Cache.cache
import com.apollographql.apollo.ApolloClient
import com.apollographql.apollo.api.Optional
import com.apollographql.apollo.api.http.HttpRequest
import com.apollographql.apollo.api.http.HttpResponse
import com.apollographql.apollo.network.http.HttpInterceptor
import com.apollographql.apollo.network.http.HttpInterceptorChain
import com.apollographql.cache.normalized.sql.SqlNormalizedCacheFactory

// #region client
class Authorization(private val token: () -> String?) : HttpInterceptor {
    override suspend fun intercept(request: HttpRequest, chain: HttpInterceptorChain): HttpResponse {
        val bearer = token() ?: return chain.proceed(request)
        return chain.proceed(request.newBuilder().addHeader("Authorization", "Bearer $bearer").build())
    }
}

fun client(context: Context, server: String, token: () -> String?): ApolloClient =
    ApolloClient.Builder()
        .serverUrl("$server/graphql")
        .addHttpInterceptor(Authorization(token))
        .autoPersistedQueries() // a hash in place of the text, once the server knows it
        .cache(SqlNormalizedCacheFactory(context, "lockstep.db"))
        .build()
// #endregion

// #region errors
/** Whether the person has to log in, for the first time or again. */
suspend fun ApolloClient.needsLogin(playlist: String): Boolean {
    val response = query(TracksWithBeatsQuery(playlist, first = Optional.present(50))).execute()
    val codes = response.errors.orEmpty().map { it.extensions?.get("code") }
    return "UNAUTHENTICATED" in codes || "REAUTHORIZATION_REQUIRED" in codes
}
// #endregion
