import Foundations
import Resources
import Testing

@testable import APIServer

/// Whom the claims of a token stand for.
@Suite struct ClaimMappingsTests {
  private func mappings(_ json: String) throws -> ClaimMappings {
    var errors: [FieldError] = []
    let made = ClaimMappings(try Document(json: json), at: "jwt[0]", &errors)
    #expect(errors.isEmpty, "\(errors)")
    return try #require(made)
  }

  private func user(_ mappings: String, _ claims: String) throws -> User {
    try self.mappings(mappings).user(try Document(json: claims))
  }

  @Test("claims give names with prefixes, and groups from a list or from one string")
  func claims() throws {
    let mappings = #"""
      {"claimMappings":{"username":{"claim":"sub","prefix":"oidc:"},
      "groups":{"claim":"roles","prefix":"oidc:"},"uid":{"claim":"id"}}}
      """#
    let ada = try user(mappings, #"{"sub":"ada","roles":["dev","ops"],"id":"7","jti":"j1"}"#)
    #expect(
      ada
        == User(
          name: "oidc:ada", uid: "7", groups: ["oidc:dev", "oidc:ops"],
          extra: ["authentication.kubernetes.io/credential-id": ["JTI=j1"]]))
    #expect(try user(mappings, #"{"sub":"ada","roles":"dev","id":"7"}"#).groups == ["oidc:dev"])
    #expect(try user(mappings, #"{"sub":"ada","id":"7"}"#).groups == [])
  }

  @Test(
    "claims of other kinds, missing ones and empty names make nobody",
    arguments: [
      #"{}"#, #"{"sub":""}"#, #"{"sub":7}"#, #"{"sub":null}"#, #"{"sub":["ada"]}"#,
      #"{"sub":"ada","roles":[1]}"#, #"{"sub":"ada","roles":{"a":1}}"#, #"{"sub":"ada","roles":7}"#,
    ])
  func unusable(_ claims: String) throws {
    let mappings = try mappings(
      #"""
      {"claimMappings":{"username":{"claim":"sub","prefix":""},
      "groups":{"claim":"roles","prefix":""}}}
      """#)
    #expect(throws: ClaimProblem.self) { try mappings.user(try Document(json: claims)) }
  }

  @Test("an address that the issuer did not verify names nobody")
  func email() throws {
    let mappings = try mappings(#"{"claimMappings":{"username":{"claim":"email","prefix":""}}}"#)
    func name(_ claims: String) throws -> String {
      try mappings.user(try Document(json: claims)).name
    }
    #expect(try name(#"{"email":"a@b.test"}"#) == "a@b.test")
    #expect(try name(#"{"email":"a@b.test","email_verified":true}"#) == "a@b.test")
    for verified in ["false", #""true""#, "null", "1"] {
      #expect(throws: ClaimProblem.self) {
        try name(#"{"email":"a@b.test","email_verified":\#(verified)}"#)
      }
    }
  }

  @Test("expressions give names, groups, uid and extra fields")
  func expressions() throws {
    let ada = try user(
      #"""
      {"claimMappings":{
      "username":{"expression":"claims.tenant + '/' + claims.sub"},
      "groups":{"expression":"claims.roles.split(',')"},
      "uid":{"expression":"string(claims.id)"},
      "extra":[{"key":"example.org/tenant","valueExpression":"claims.tenant"},
      {"key":"example.org/none","valueExpression":"''"}]}}
      """#, #"{"sub":"ada","tenant":"t1","roles":"dev,,ops","id":7}"#)
    #expect(
      ada
        == User(
          name: "t1/ada", uid: "7", groups: ["dev", "ops"],
          extra: ["example.org/tenant": ["t1"]]))
  }

  @Test("an expression that fails, or gives another kind of value, makes nobody")
  func failing() throws {
    for expression in ["claims.absent", "claims.id", "''", "claims.sub + claims.absent"] {
      let mappings = try mappings(
        #"{"claimMappings":{"username":{"expression":"\#(expression)"}}}"#)
      #expect(throws: ClaimProblem.self) {
        try mappings.user(try Document(json: #"{"sub":"ada","id":7}"#))
      }
    }
  }

  @Test("rules over claims and over the user have to hold")
  func rules() throws {
    let mappings = try mappings(
      #"""
      {"claimMappings":{"username":{"claim":"sub","prefix":""}},
      "claimValidationRules":[{"claim":"hd","requiredValue":"example.org"},
      {"expression":"claims.exp - claims.iat <= 3600","message":"it lasts too long"}],
      "userValidationRules":[
      {"expression":"!user.username.startsWith('system:')","message":"reserved"},
      {"expression":"user.groups.all(g, !g.startsWith('system:')) && user.uid == ''"}]}
      """#)
    func problem(_ claims: String) throws -> String? {
      let claims = try Document(json: claims)
      do throws(ClaimProblem) {
        _ = try mappings.user(claims)
        return nil
      } catch { return error.description }
    }
    #expect(try problem(#"{"sub":"ada","hd":"example.org","iat":0,"exp":3600}"#) == nil)
    #expect(
      try problem(#"{"sub":"ada","hd":"example.org","iat":0,"exp":3601}"#)?.contains(
        "it lasts too long") == true)
    #expect(try problem(#"{"sub":"ada","hd":"example.com","iat":0,"exp":1}"#) != nil)
    #expect(try problem(#"{"sub":"ada","iat":0,"exp":1}"#) != nil)
    #expect(
      try problem(#"{"sub":"system:admin","hd":"example.org","iat":0,"exp":1}"#)?.contains(
        "reserved") == true)
  }

  @Test("an expression cannot be made to run long by what a token holds")
  func bounded() throws {
    let mappings = try mappings(
      #"""
      {"claimMappings":{"username":{"claim":"sub","prefix":""}},"claimValidationRules":[
      {"expression":"claims.l.all(a, claims.l.all(b, claims.l.all(c, claims.l.all(d, true))))"}]}
      """#)
    let list = Document((0..<200).map { Document($0) })
    #expect(throws: ClaimProblem.self) { try mappings.user(["sub": "ada", "l": list]) }
  }
}
