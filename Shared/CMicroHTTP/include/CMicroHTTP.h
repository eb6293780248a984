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
  MHD_NotifyConnectionCallback connection;
  // Called with the request's target as it was sent; what it returns belongs to the request.
  void *(*begin)(void *context, const char *target, struct MHD_Connection *connection);
};

// Starts a server that is handed its connections (MHD_add_connection); null if the library cannot.
struct MHD_Daemon *earned_http_start(const struct EarnedHTTPOptions *options);

// What became of the connection that waited next at a listening socket.
enum EarnedHTTPAccepted {
  EarnedHTTPAcceptedNone,      // None waits.
  EarnedHTTPAcceptedServed,    // The server has it.
  EarnedHTTPAcceptedClosed,    // It was closed, by its client or by us.
  EarnedHTTPAcceptedExhausted  // The system is out of descriptors or memory; it keeps waiting.
};

// Takes the next connection that waits at a non-blocking socket, and has the server serve it, or closes it if the server is full.
enum EarnedHTTPAccepted earned_http_accept(struct MHD_Daemon *server, int listeningSocket, int isFull);

// The address of a request's client; null if it is not known.
const struct sockaddr *earned_http_client(struct MHD_Connection *connection);

#endif
