import Testing

@testable import Networking

@Suite struct RequestTargetTests {
  @Test(
    "a path is decoded, its query is split",
    arguments: [
      ("/api/v1/pods", "/api/v1/pods", ""),
      ("/api/v1/pods?", "/api/v1/pods", ""),
      ("/a%20b/c%2Fd", "/a b/c/d", ""),
      ("/x?watch=1&labelSelector=a%3Db%2Cc", "/x", "watch=1|labelSelector=a=b,c"),
      ("/x?a+b=c+d&flag&=v&&z=", "/x", "a b=c d|flag=|=v|z="),
      ("/x?q=a?b=c", "/x", "q=a?b=c"),
      ("/x?a=b%26c=d", "/x", "a=b&c=d"),
      ("/%E2%82%AC", "/€", ""),
      ("https://host:6443/x?a=b", "/x", "a=b"),
      ("*", "*", ""),
    ])
  func parses(_ raw: String, _ path: String, _ query: String) throws {
    let target = try RequestTarget(raw)
    #expect(target.path == path)
    #expect(target.raw == raw)
    #expect(
      target.query.items.map { "\($0.name)=\($0.value)" }.joined(separator: "|") == query)
  }

  @Test(
    "what no URL may hold is refused with its place",
    arguments: [
      ("", RequestTarget.ParsingError.notAPath),
      ("api", .notAPath),
      ("http:/x", .notAPath),
      ("https://host", .notAPath),
      ("/a%", .invalidEscape(offset: 2)),
      ("/a%2", .invalidEscape(offset: 2)),
      ("/a%zz", .invalidEscape(offset: 2)),
      ("/x?a=%g0", .invalidEscape(offset: 5)),
      ("/x?a=b&c%=d", .invalidEscape(offset: 8)),
      ("/%ff", .notUTF8),
      ("/x?a=%ff", .notUTF8),
      ("/a b", .invalidCharacter(offset: 2)),
      ("/a\u{7f}", .invalidCharacter(offset: 2)),
      ("/x?a b", .invalidCharacter(offset: 4)),
    ])
  func refuses(_ raw: String, _ error: RequestTarget.ParsingError) {
    #expect(throws: error) { try RequestTarget(raw) }
  }

  @Test("a query survives encoding and parsing")
  func roundTrip() throws {
    let items = QueryItems([
      .init(name: "labelSelector", value: "app in (a, b),!c"),
      .init(name: "ünï&=+%", value: ""), .init(name: "x", value: "1+1=2&%20"),
    ])
    #expect(try RequestTarget("/x?" + items.encoded).query.items == items.items)
  }
}

@Suite struct HeaderFieldsTests {
  @Test("names compare without regard to case, values keep their order")
  func lookup() {
    var fields: HeaderFields = ["Content-Type": "a", "X-Remote-Group": "g1"]
    fields.add("x-remote-group", "g2")
    #expect(fields["content-type"] == "a")
    #expect(fields["CONTENT-TYPE"] == "a")
    #expect(fields["content-typ"] == nil)
    #expect(fields.values(of: "X-REMOTE-group") == ["g1", "g2"])
    fields.set("x-Remote-Group", "g3")
    #expect(fields.values(of: "x-remote-group") == ["g3"])
  }

  @Test(
    "tokens are found in lists",
    arguments: [
      ("upgrade", true), ("Upgrade", true), ("keep-alive, Upgrade", true), ("a,upgrade ,b", true),
      ("upgraded", false), ("", false), (",,", false),
    ])
  func tokens(_ value: String, _ isThere: Bool) {
    let fields: HeaderFields = ["Connection": value]
    #expect(fields.hasToken("upgrade", in: "connection") == isThere)
  }
}

@Suite struct HTTPDateTests {
  @Test(
    "dates are written as HTTP wants them",
    arguments: [
      (Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT"),
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
  func formats(_ seconds: Int64, _ text: String) {
    #expect(HTTPDate.format(secondsSince1970: seconds) == text)
  }
}
