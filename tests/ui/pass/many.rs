//! Two hundred plain methods and, in another block, twenty heavily generic functions: within the
//! recursion limit that every crate has. The body's length costs no recursion: it is one token.
#![deny(warnings)]

use std::fmt::{Debug, Display};

struct Site;

macro_rules! traced_methods {
    ($($name:ident)*) => {
        charm_tracing::traced! {
            impl Site {
                const BEFORE: u32 = 1;
                $(#[allow(dead_code)] fn $name(&self, n: u32) -> u32 { n + Self::BEFORE })*
            }
        }
    };
}

macro_rules! traced_generics {
    ($($name:ident)*) => {
        charm_tracing::traced! {
            $(
                /// About this one.
                #[allow(dead_code)]
                fn $name<'a, 'b: 'a, T: Display + Clone + 'a, E, F, const N: usize>(
                    items: &'a [T; N], other: &'b str, check: F,
                ) -> Result<Vec<String>, E>
                where
                    F: Fn(&'a T) -> Result<(), E>,
                    E: From<std::fmt::Error> + Debug,
                {
                    items.iter().try_for_each(check)?;
                    Ok(vec![other.to_owned()])
                }
            )*
        }
    };
}

traced_methods! {
    m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16 m17 m18 m19 m20 m21 m22 m23 m24
    m25 m26 m27 m28 m29 m30 m31 m32 m33 m34 m35 m36 m37 m38 m39 m40 m41 m42 m43 m44 m45 m46 m47
    m48 m49 m50 m51 m52 m53 m54 m55 m56 m57 m58 m59 m60 m61 m62 m63 m64 m65 m66 m67 m68 m69 m70
    m71 m72 m73 m74 m75 m76 m77 m78 m79 m80 m81 m82 m83 m84 m85 m86 m87 m88 m89 m90 m91 m92 m93
    m94 m95 m96 m97 m98 m99 m100 m101 m102 m103 m104 m105 m106 m107 m108 m109 m110 m111 m112
    m113 m114 m115 m116 m117 m118 m119 m120 m121 m122 m123 m124 m125 m126 m127 m128 m129 m130
    m131 m132 m133 m134 m135 m136 m137 m138 m139 m140 m141 m142 m143 m144 m145 m146 m147 m148
    m149 m150 m151 m152 m153 m154 m155 m156 m157 m158 m159 m160 m161 m162 m163 m164 m165 m166
    m167 m168 m169 m170 m171 m172 m173 m174 m175 m176 m177 m178 m179 m180 m181 m182 m183 m184
    m185 m186 m187 m188 m189 m190 m191 m192 m193 m194 m195 m196 m197 m198 m199
}
traced_generics! {
    g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 g10 g11 g12 g13 g14 g15 g16 g17 g18 g19
}

fn main() {
    assert_eq!(Site.m0(1), 2);
    let all = g0(&[1], "x", |_| Ok::<(), std::fmt::Error>(()));
    assert_eq!(all, Ok(vec!["x".to_owned()]));
}
