import Foundation
import Testing

/// Client libraries of Python, which read and write the API by their own models of it.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: FetchedClients.missingForPython.isEmpty,
    "needs \(FetchedClients.missingForPython.joined(separator: ", "))"))
struct PythonClientTests {
  @Test(
    "what users of a client library do works unchanged",
    arguments: ["official_typed", "official_dynamic", "kr8s_sync", "lightkube_apply"])
  func library(program: String) async throws {
    try await OwnCluster.run(
      """
      timeout 120 \(FetchedClients.python.path)/bin/python -W ignore \
        \(FetchedClients.files)/Programs/\(program).py 2>&1
      """, name: program.replacing("_", with: "-"))
  }
}
