//! The API's own description, made from the handlers, so that the two cannot disagree.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::problem::Problem;
use crate::{health, router};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gloss",
        description = "Documents into blocks, answers for every block, people's review, exports."
    ),
    components(schemas(Problem)),
    security(("bearer" = [])),
    modifiers(&Finish)
)]
struct Api;

/// The OpenAPI description of every route.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    api.merge(router::v1().into_openapi());
    api.merge(health::routes().into_openapi());
    Finish.modify(&mut api);
    api
}

/// What all operations have in common.
struct Finish;

impl Modify for Finish {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        for operation in api.paths.paths.values_mut().flat_map(operations) {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new()
                .description("What went wrong, and what to do.")
                .content("application/problem+json", problem)
                .build();
            operation.responses.responses.insert("default".to_owned(), response.into());
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    methods.into_iter().flatten()
}
