"""Who gets which page: every page of the site, whose thing it is about, and what each role gets.

One line a page: method, name, thing (see `world.py`), and the answer to each of `ROLES` in order:
a status, or L for being sent to sign in. 403 comes with the reason in words; 404 also means "not
for you". A 302 elsewhere is an act done, or a page that leads on.
"""

TABLE = """
# accounts
GET  | api-docs                           |                           | 200 200 200 200 200 200 200 200 200 200
# core
GET  | core:healthz                       |                           | 200 200 200 200 200 200 200 200 200 200
GET  | core:readyz                        |                           | 200 200 200 200 200 200 200 200 200 200
GET  | core:metrics                       |                           | 404 404 404 404 404 404 404 404 404 404
GET  | core:option-list                   |                           | L 403 403 403 403 403 403 200 200 200
GET  | core:option-edit                   | options                   | L 403 403 403 403 403 403 200 200 200
GET  | core:calendar                      |                           | L 403 403 403 403 403 403 200 200 200
GET  | core:calendar-year                 | year                      | L 403 403 403 403 403 403 200 200 200
POST | core:calendar-clear                |                           | L 403 403 403 403 403 403 404 404 403
GET  | core:job-list                      |                           | L 403 403 403 403 403 403 200 200 200
GET  | core:outbox                        |                           | L 403 403 403 403 403 403 200 200 200
POST | core:outbox-send-again             |                           | L 403 403 403 403 403 403 302 302 403
GET  | core:audit-list                    |                           | L 403 403 403 403 403 403 403 200 200
POST | core:audit-export                  |                           | L 403 403 403 403 403 403 403 200 200
# accounts
GET  | account_login                      |                           | 200 302 302 302 302 302 302 302 302 302
GET  | account_signup                     |                           | 200 302 302 302 302 302 302 302 302 302
POST | account_logout                     |                           | 302 302 302 302 302 302 302 302 302 302
GET  | mfa_authenticate                   |                           | L 302 302 302 302 302 302 302 302 302
GET  | account_reauthenticate             |                           | L 200 200 200 200 200 200 200 200 200
GET  | mfa_reauthenticate                 |                           | L 302 302 302 302 302 302 302 302 302
GET  | mfa_index                          |                           | L 200 200 200 200 200 200 200 200 200
GET  | mfa_activate_totp                  |                           | L 302 302 302 302 302 302 302 302 302
GET  | mfa_deactivate_totp                |                           | L 404 404 404 404 404 404 404 404 404
GET  | mfa_view_recovery_codes            |                           | L 404 404 404 404 404 404 404 404 404
GET  | mfa_generate_recovery_codes        |                           | L 302 302 302 302 302 302 302 302 302
GET  | accounts:code-sign-in              |                           | 200 302 302 302 302 302 302 302 302 302
GET  | accounts:password-forgotten        |                           | 200 302 302 302 302 302 302 302 302 302
GET  | accounts:password-asked            |                           | 200 200 200 200 200 200 200 200 200 200
GET  | accounts:password-renew            | renewal                   | 410 410 410 410 410 410 410 410 410 410
GET  | accounts:email-confirm             | e-mail token              | 410 410 410 410 410 410 410 410 410 410
GET  | accounts:welcome                   |                           | L 200 200 200 200 200 200 200 200 200
GET  | accounts:account                   |                           | L 200 200 200 200 200 200 200 200 200
GET  | accounts:password-set              |                           | L 200 200 200 200 200 200 200 200 200
POST | accounts:email-ask                 |                           | L 422 422 422 422 422 422 422 422 422
POST | accounts:acting-switch             |                           | L 404 404 404 404 404 404 404 404 404
GET  | accounts:organization-list         |                           | L 403 403 403 403 403 403 200 200 200
GET  | accounts:organization-export       |                           | L 403 403 403 403 403 403 200 200 200
GET  | accounts:organization-names        |                           | L 200 200 200 200 200 200 200 200 200
GET  | accounts:organization-register     |                           | L 200 200 200 200 200 200 200 200 200
GET  | accounts:organization-detail       | own organization          | 200 200 200 200 200 200 200 200 200 200
GET  | accounts:organization-edit         | own organization          | L 403 403 403 200 403 403 200 200 403
GET  | accounts:organization-decide       | decision                  | L 403 403 403 403 403 403 200 200 403
GET  | accounts:organization-contact      | own organization          | L 403 200 200 200 403 403 200 200 403
GET  | accounts:organization-history      | own organization          | L 403 200 200 200 403 403 200 200 200
GET  | accounts:member-list               | own organization          | L 403 200 200 200 403 403 200 200 200
GET  | accounts:member-detail             | own member                | L 403 403 403 200 403 403 200 200 403
POST | accounts:organization-leave        | own organization          | L 404 302 302 409 404 404 404 404 403
POST | accounts:invitation-revoke         | own invitation            | L 403 403 403 302 403 403 302 302 403
GET  | accounts:token-list                | own organization          | L 403 403 403 200 403 403 403 403 403
POST | accounts:token-revoke              | own token                 | L 403 403 403 302 403 403 403 403 403
GET  | accounts:invitation-accept         | invitation link           | 200 200 200 200 200 200 200 200 200 200
GET  | accounts:person-list               |                           | L 403 403 403 403 403 403 200 200 200
GET  | accounts:person-open               |                           | L 403 403 403 403 403 403 200 200 403
GET  | accounts:person-detail             | a person                  | L 403 403 403 403 403 403 200 200 200
POST | accounts:person-code               | a person                  | L 404 404 404 404 404 404 302 302 403
GET  | accounts:person-close              | a person                  | L 403 403 403 403 403 403 200 200 403
POST | accounts:person-reopen             | a person                  | L 404 404 404 404 404 404 302 302 403
GET  | accounts:role-list                 |                           | L 403 403 403 403 403 403 200 200 200
POST | accounts:role-revoke               | a role                    | L 403 403 403 403 403 403 403 302 403
GET  | accounts:region-list               |                           | L 403 403 403 403 403 403 200 200 200
GET  | accounts:region-pick               |                           | 200 200 200 200 200 200 200 200 200 200
GET  | accounts:region-edit               | a place                   | L 403 403 403 403 403 403 200 200 403
GET  | accounts:caller-begin              |                           | L 403 403 403 403 403 403 200 200 403
POST | accounts:caller-end                |                           | L 302 302 302 302 302 302 302 302 403
# archive
GET  | archive:file-download              | own proof                 | 404 404 200 200 200 404 404 200 200 200
GET  | archive:file-download              | file of a message         | 404 404 200 200 200 200 404 200 200 200
GET  | archive:file-withdraw              | own proof                 | L 404 403 403 200 404 404 200 200 403
# inbox
GET  | inbox:message-list                 |                           | L 200 200 200 200 200 200 200 200 200
POST | inbox:message-read-all             |                           | L 302 302 302 302 302 302 302 302 302
GET  | inbox:preference-edit              |                           | L 200 200 200 200 200 200 200 200 200
GET  | inbox:phone-list                   |                           | L 403 403 403 403 403 403 200 200 200
GET  | inbox:phone-detail                 | own message               | L 403 403 403 403 403 403 404 404 404
GET  | inbox:message-open                 | own message               | L 404 404 404 302 404 404 404 404 404
POST | inbox:message-read                 | own message               | L 404 404 404 302 404 404 404 404 404
# marketplace
GET  | marketplace:need-import-new        |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:need-import-template   |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:need-new               |                           | L 403 403 200 200 200 200 403 403 403
POST | marketplace:need-draft             |                           | 401 204 204 204 204 204 204 204 204 403
POST | marketplace:need-live              |                           | 204 200 200 200 200 200 200 200 200 403
GET  | marketplace:need-mine              |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:need-export            |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:need-detail            | own need                  | 200 200 200 200 200 200 200 200 200 200
GET  | marketplace:need-detail            | own draft                 | 404 404 200 200 200 404 404 200 200 200
GET  | marketplace:need-detail            | own partners' need        | 404 404 200 200 200 200 200 200 200 200
GET  | marketplace:need-detail            | own internal need         | 404 404 200 200 200 404 404 200 200 200
GET  | marketplace:need-detail            | another's internal need   | 404 404 404 404 404 404 200 200 200 200
GET  | marketplace:need-edit              | own need                  | L 403 403 200 200 403 403 200 200 403
GET  | marketplace:need-edit              | another's internal need   | L 404 404 404 404 404 200 200 200 403
GET  | marketplace:need-print             | own need                  | 200 200 200 200 200 200 200 200 200 200
GET  | marketplace:need-print             | another's internal need   | 404 404 404 404 404 404 200 200 200 200
GET  | marketplace:need-withdraw          | own need                  | L 403 403 200 200 403 403 200 200 403
GET  | marketplace:need-files             | own need                  | L 403 403 200 200 403 403 200 200 403
POST | marketplace:need-file-show         | proof of own need         | L 404 403 403 403 404 404 302 302 403
POST | marketplace:need-reopen            | own withdrawn             | L 404 403 302 302 404 404 302 302 403
POST | marketplace:need-copy              | own need                  | L 403 403 302 302 403 403 403 403 403
GET  | marketplace:need-discard           | own draft                 | L 404 403 200 200 404 404 200 200 403
POST | marketplace:need-take-over         | own need                  | L 403 403 409 409 403 403 409 409 403
GET  | marketplace:need-intake            | own submitted             | L 403 403 403 403 403 403 200 200 200
POST | marketplace:need-approve           | own submitted             | L 404 409 409 409 404 404 409 409 403
GET  | marketplace:resource-import-new    |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:resource-import-template |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:resource-new           |                           | L 403 403 200 200 200 200 403 403 403
POST | marketplace:resource-draft         |                           | 401 204 204 204 204 204 204 204 204 403
POST | marketplace:resource-live          |                           | 204 200 200 200 200 200 200 200 200 403
GET  | marketplace:resource-mine          |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:resource-export        |                           | L 200 200 200 200 200 200 200 200 200
GET  | marketplace:resource-detail        | own resource              | 200 200 200 200 200 200 200 200 200 200
GET  | marketplace:resource-edit          | own resource              | L 403 403 200 200 403 403 200 200 403
GET  | marketplace:resource-print         | own resource              | 200 200 200 200 200 200 200 200 200 200
GET  | marketplace:resource-withdraw      | own resource              | L 403 403 200 200 403 403 200 200 403
GET  | marketplace:resource-files         | own resource              | L 403 403 200 200 403 403 200 200 403
POST | marketplace:resource-file-show     | proof of own resource     | L 404 403 403 403 404 404 302 302 403
POST | marketplace:resource-reopen        | own resource              | L 403 403 409 409 403 403 409 409 403
POST | marketplace:resource-copy          | own resource              | L 403 403 302 302 403 403 403 403 403
GET  | marketplace:resource-discard       | own draft resource        | L 404 403 200 200 404 404 200 200 403
POST | marketplace:resource-take-over     | own resource              | L 403 403 409 409 403 403 409 409 403
GET  | marketplace:resource-intake        | own resource              | L 403 403 403 403 403 403 404 404 404
POST | marketplace:resource-approve       | own resource              | L 404 404 404 404 404 404 404 404 403
GET  | marketplace:import-detail          | own import                | L 404 200 200 200 404 404 404 404 404
GET  | marketplace:import-repaired        | own import                | L 404 200 200 200 404 404 404 404 404
POST | marketplace:import-confirm         | own import                | L 404 403 302 302 404 404 404 404 403
POST | marketplace:import-drop            | own import                | L 404 403 302 302 404 404 404 404 403
GET  | marketplace:intake                 |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:category-list          |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:category-new           |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:category-edit          | a category                | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:unit-list              |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:unit-new               |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:unit-edit              | a unit                    | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:group-list             |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:group-new              |                           | L 403 403 403 403 403 403 200 200 200
GET  | marketplace:group-edit             | a group                   | L 403 403 403 403 403 403 200 200 200
# search
GET  | search:market                      |                           | 200 200 200 200 200 200 200 200 200 200
GET  | search:suggest                     |                           | 302 302 302 302 302 302 302 302 302 302
GET  | search:export                      |                           | 200 200 200 200 200 200 200 200 200 200
GET  | search:subscribe                   |                           | L 200 200 200 200 200 200 200 200 200
GET  | search:saved-list                  |                           | L 200 200 200 200 200 200 200 200 200
POST | search:saved-restore               | undo token                | L 404 404 404 404 404 404 404 404 403
GET  | search:saved-rename                | own search                | L 404 404 404 200 404 404 404 404 404
POST | search:saved-pause                 | own search                | L 403 403 403 302 403 403 403 403 403
POST | search:saved-seen                  | own search                | L 403 403 403 302 403 403 403 403 403
POST | search:saved-delete                | own search                | L 403 403 403 302 403 403 403 403 403
GET  | search:synonym-list                |                           | L 403 403 403 403 403 403 200 200 200
GET  | search:synonym-new                 |                           | L 403 403 403 403 403 403 200 200 403
POST | search:synonym-undo                | undo token                | L 404 404 404 404 404 404 404 404 403
GET  | search:synonym-edit                | a synonym                 | L 403 403 403 403 403 403 200 200 403
POST | search:synonym-switch              | a synonym                 | L 403 403 403 403 403 403 302 302 403
POST | search:synonym-remove              | a synonym                 | L 403 403 403 403 403 403 404 404 403
# matching
GET  | matching:match-list                |                           | L 200 200 200 200 200 200 200 200 200
GET  | matching:match-detail              | asked match               | 404 404 200 200 200 200 404 200 200 200
GET  | matching:match-detail              | running match             | 404 404 200 200 200 200 404 200 200 200
GET  | matching:match-propose             | candidate                 | L 404 403 200 200 200 404 200 200 403
POST | matching:match-propose-now         | candidate                 | L 404 403 302 302 302 404 302 302 403
GET  | matching:match-accept              | asked match               | L 404 403 200 200 200 404 403 403 403
GET  | matching:match-decline             | asked match               | L 404 403 200 200 200 404 403 403 403
GET  | matching:match-dismiss             | candidate                 | L 404 403 403 403 403 404 200 200 403
POST | matching:match-withdraw            | asked match               | L 404 403 403 403 403 404 302 302 403
GET  | matching:match-cancel              | running match             | L 404 403 200 200 200 404 200 200 403
POST | matching:match-contact             | running match             | L 404 200 200 200 200 404 200 200 403
GET  | matching:match-message             | running match             | L 404 403 200 200 200 404 200 200 403
POST | matching:match-confirm             | running match             | L 404 403 302 302 403 404 403 403 403
GET  | matching:match-feedback            | confirmed match           | L 404 403 200 200 200 404 403 403 403
GET  | matching:delivery-new              | running match             | L 404 403 200 200 200 404 200 200 403
POST | matching:delivery-confirm          | a delivery                | L 404 403 302 302 403 404 403 403 403
GET  | matching:delivery-question         | a delivery                | L 404 403 200 200 403 404 403 403 403
GET  | matching:delivery-correct          | a delivery                | L 404 403 200 200 200 404 200 200 403
GET  | matching:desk                      |                           | L 403 403 403 403 403 403 200 200 200
GET  | matching:funnel                    |                           | L 403 403 403 403 403 403 200 200 200
GET  | matching:weights                   |                           | L 403 403 403 403 403 403 200 200 200
GET  | matching:weight-edit               | a weight                  | L 403 403 403 403 403 403 200 200 403
GET  | matching:impossible-new            |                           | L 403 403 403 403 403 403 200 200 403
POST | matching:impossible-delete         | impossible pair           | L 403 403 403 403 403 403 302 302 403
POST | matching:propose-all               | need on the desk          | L 403 403 403 403 403 403 302 302 403
GET  | matching:compare                   | need on the desk          | L 403 403 403 403 403 403 200 200 200
GET  | matching:share                     | own resource              | L 403 403 200 200 403 403 200 200 403
GET  | matching:share                     | resource of the partner   | L 403 403 403 403 200 403 200 200 403
GET  | matching:choose                    | need on the desk          | L 403 403 403 403 403 403 200 200 403
POST | matching:typing                    | side                      | 204 200 200 200 200 200 200 200 200 403
# portal
GET  | portal:home                        |                           | 200 200 200 200 200 200 200 200 200 200
GET  | portal:workbench                   |                           | L 200 200 200 200 200 200 200 200 200
GET  | portal:results                     |                           | 200 200 200 200 200 200 200 200 200 200
GET  | portal:results-export              |                           | 200 200 200 200 200 200 200 200 200 200
GET  | portal:about                       |                           | 200 200 200 200 200 200 200 200 200 200
GET  | portal:help                        |                           | 200 200 200 200 200 200 200 200 200 200
GET  | portal:help-problem                | an error                  | 200 200 200 200 200 200 200 200 200 200
GET  | portal:help-topic                  | help topic                | 200 200 200 200 200 200 200 200 200 200
"""
ROWS = [
    tuple(part.strip() for part in line.split("|"))
    for line in TABLE.strip().splitlines()
    if not line.startswith("#")
]
