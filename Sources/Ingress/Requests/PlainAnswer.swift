import Networking

/// Answers that the ingress gives itself: a line of text that says what is missing, and nothing of
/// what the cluster holds.
enum PlainAnswer {
  static func noRoute() -> ServerResponse { answer(404, "there is nothing at this host and path") }

  static func noEndpoint() -> ServerResponse {
    var response = answer(503, "nothing is ready to answer this, try again later")
    response.headers.add("retry-after", "1")
    return response
  }

  static func badGateway() -> ServerResponse {
    answer(502, "what is behind this host and path gave no answer")
  }

  static func gatewayTimeout() -> ServerResponse {
    answer(504, "what is behind this host and path did not answer in time")
  }

  static func badRequest(_ why: String) -> ServerResponse { answer(400, why) }

  static func problem(_ problem: ProtocolProblem) -> ServerResponse {
    answer(problem.status, problem.message)
  }

  private static func answer(_ status: Int, _ text: String) -> ServerResponse {
    ServerResponse(
      status: status, contentType: "text/plain; charset=utf-8",
      body: Array("\(status) \(HTTPStatus.reasonPhrase(of: status)): \(text)\n".utf8))
  }
}
