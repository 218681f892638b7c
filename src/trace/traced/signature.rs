//! Finds where a signature ends: at the first brace group, or at a semicolon.
//!
//! A declarative macro cannot ask for "all tokens up to a brace", and a step for each token would
//! spend the caller's recursion limit on it. So one step looks at 24 places at once, which is an arm
//! for each; three steps are enough for a signature of 71 tokens.

/// `$to` is handed on with the signature, to the arms of `__traced_items` that know what it is for.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __traced_signature {
    ($to:tt [$($done:tt)*] { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)*] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)*] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt $v:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u $v] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt $v:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u $v] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt $v:tt $w:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_items! { @whole $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u $v $w] { $($body)* } $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt $v:tt $w:tt ; $($rest:tt)*) => {
        $crate::__traced_items! { @bare $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u $v $w] $($rest)* }
    };
    ($to:tt [$($done:tt)*] $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt $i:tt $j:tt $k:tt $l:tt $m:tt $n:tt $o:tt $p:tt $q:tt $r:tt $s:tt $t:tt $u:tt $v:tt $w:tt $x:tt $($rest:tt)*) => {
        $crate::__traced_signature! { $to [$($done)* $a $b $c $d $e $f $g $h $i $j $k $l $m $n $o $p $q $r $s $t $u $v $w $x] $($rest)* }
    };
    ($($rest:tt)*) => {
        ::core::compile_error! {
            "traced!: a function or `impl` block has no body; expected `fn name(..) { .. }`"
        }
    };
}
