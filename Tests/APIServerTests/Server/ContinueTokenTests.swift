import Foundations
import Resources
import Store
import Testing

@testable import APIServer

@Suite("Where a list continues")
struct ContinueTokenTests {
  private static let after = Key("/pods/default/web")

  @Test("a token reads as it was written", arguments: [0, 1, UInt64.max])
  func roundTrip(_ revision: UInt64) throws {
    let token = ContinueToken(
      revision: Revision(revision), issued: Int64(UInt32.max), after: Self.after)
    #expect(try ContinueToken(token.text) == token)
    let newest = ContinueToken(after: Self.after)
    #expect(try ContinueToken(newest.text) == newest)
  }

  @Test("a token holds for five minutes from the first page on")
  func lifetime() {
    let token = ContinueToken(revision: Revision(7), issued: 1_000, after: Self.after)
    #expect(token.isFresh(Timestamp(seconds: 1_299)))
    #expect(!token.isFresh(Timestamp(seconds: 1_300)))
  }

  @Test(
    "text that no page gave is refused",
    arguments: [
      "7/pods/a", "@/pods/a", "7@/pods/a", "x@1/pods/a", "7@1@2/pods/a", "7@-1/a", "none",
    ])
  func foreign(_ text: String) {
    #expect(throws: APIError.self) { try ContinueToken(Base64URL.encoded(text)) }
    #expect(throws: APIError.self) { try ContinueToken("***") }
  }

  @Test("no text is no token")
  func absent() throws {
    #expect(try ContinueToken(nil) == nil)
    #expect(try ContinueToken("") == nil)
  }
}
