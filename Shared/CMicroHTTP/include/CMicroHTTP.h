#ifndef EARNED_CMICROHTTP_H
#define EARNED_CMICROHTTP_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

// libmicrohttpd takes its options, and answers some questions, through variadic functions, which Swift cannot call.

// What a server is started with. `context` is the first argument of each callback.
struct EarnedHTTPOptions {
  unsigned int threads;
  unsigned int connectionLimit;
  unsigned int connectionTimeoutSeconds;
  size_t connectionMemoryBytes;
  void *context;
  MHD_AccessHandlerCallback access;
  MHD_RequestCompletedCallback completed;
  // Called with the request's target as it was sent; what it returns belongs to the request.
  void *(*begin)(void *context, const char *target, struct MHD_Connection *connection);
};

// Starts a server that is handed its connections (MHD_add_connection); null if the library cannot.
struct MHD_Daemon *earned_http_start(const struct EarnedHTTPOptions *options);

// Takes the next connection that waits at a non-blocking socket and has the server serve it, or close it if there are too many.
// Returns 1 if there may be more, 0 if none waits, and -1 if the system is out of descriptors or memory.
int earned_http_accept(struct MHD_Daemon *server, int listeningSocket);

// The address of a request's client; null if it is not known.
const struct sockaddr *earned_http_client(struct MHD_Connection *connection);

#endif
