// The web server of the example: answers every request with a greeting, the pod's name and how
// often it was asked. One process, one thread, no library but C's own.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const int port = 8080;
static const char *const greeting_file = "/etc/web/greeting";

static void stop(int signal) { _exit(signal == SIGTERM ? 0 : 128 + signal); }

// The greeting is read anew each time: a change of its ConfigMap shows without a restart.
static void read_greeting(char *text, size_t size) {
  FILE *file = fopen(greeting_file, "r");
  size_t length = file ? fread(text, 1, size - 1, file) : 0;
  if (file) fclose(file);
  while (length > 0 && text[length - 1] == '\n') length--;
  text[length] = '\0';
}

static void answer(int client, unsigned long count) {
  char request[4096], greeting[1024], body[2048], head[256];
  const struct timeval patience = {.tv_sec = 5};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (read(client, request, sizeof request) <= 0) return;
  read_greeting(greeting, sizeof greeting);
  const char *pod = getenv("POD_NAME");
  const char *token = getenv("WEB_TOKEN");
  int length = snprintf(body, sizeof body, "%s\npod: %s\nrequest: %lu\ntoken: %s\n",
                        greeting[0] ? greeting : "hello", pod ? pod : "unknown", count,
                        token && token[0] ? "present" : "absent");
  int head_length = snprintf(head, sizeof head,
                             "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                             "Content-Length: %d\r\nConnection: close\r\n\r\n", length);
  if (write(client, head, head_length) == head_length) (void)!write(client, body, length);
}

int main(void) {
  // As the first process of its namespace it gets no default handlers.
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  signal(SIGPIPE, SIG_IGN);
  const int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (bind(server, (const struct sockaddr *)&address, sizeof address) != 0 ||
      listen(server, 128) != 0) {
    perror("web");
    return 1;
  }
  printf("listening on port %d\n", port);
  fflush(stdout);
  for (unsigned long count = 1;; count++) {
    const int client = accept(server, NULL, NULL);
    if (client < 0) continue;
    answer(client, count);
    shutdown(client, SHUT_WR);
    close(client);
  }
}
