#define _GNU_SOURCE
#include "CMicroHTTP.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// Leaves escapes as they are: paths are taken apart before they are decoded.
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

struct MHD_Daemon *earned_http_start(const struct EarnedHTTPOptions *options) {
  const unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET;
  return MHD_start_daemon(
      flags, 0, NULL, NULL, options->access, options->context,
      MHD_OPTION_THREAD_POOL_SIZE, options->threads,
      MHD_OPTION_CONNECTION_LIMIT, options->connectionLimit,
      MHD_OPTION_CONNECTION_TIMEOUT, options->connectionTimeoutSeconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connectionMemoryBytes,
      MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
      MHD_OPTION_NOTIFY_CONNECTION, options->connection, options->context,
      MHD_OPTION_URI_LOG_CALLBACK, options->begin, options->context,
      MHD_OPTION_UNESCAPE_CALLBACK, &keep_escapes, NULL,
      MHD_OPTION_END);
}

enum EarnedHTTPAccepted earned_http_accept(struct MHD_Daemon *server, int listeningSocket, int isFull) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  const int accepted = accept4(listeningSocket, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (accepted < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return EarnedHTTPAcceptedNone;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return EarnedHTTPAcceptedExhausted;
    return EarnedHTTPAcceptedClosed;
  }
  if (isFull) {
    close(accepted);
    return EarnedHTTPAcceptedClosed;
  }
  // The library closes what it does not take.
  const enum MHD_Result added = MHD_add_connection(server, accepted, (struct sockaddr *)&address, length);
  return added == MHD_YES ? EarnedHTTPAcceptedServed : EarnedHTTPAcceptedClosed;
}

const struct sockaddr *earned_http_client(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info == NULL ? NULL : info->client_addr;
}
