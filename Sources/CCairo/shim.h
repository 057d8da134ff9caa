#pragma once

#include <cairo/cairo.h>

// What is used of Pango 1.50. Its own headers need GLib's compiler flags, one of which the package manager refuses.

typedef struct _PangoLayout PangoLayout;
typedef struct _PangoFontDescription PangoFontDescription;
typedef struct _PangoAttrList PangoAttrList;
typedef struct _PangoAttribute PangoAttribute;

enum {
    CRYPTOCALL_PANGO_SCALE = 1024,
    CRYPTOCALL_PANGO_ALIGN_LEFT = 0,
    CRYPTOCALL_PANGO_ALIGN_CENTER = 1,
    CRYPTOCALL_PANGO_ALIGN_RIGHT = 2,
    CRYPTOCALL_PANGO_WRAP_WORD_CHAR = 2,
    CRYPTOCALL_PANGO_ELLIPSIZE_END = 3,
};

PangoLayout *pango_cairo_create_layout(cairo_t *context);
void pango_cairo_show_layout(cairo_t *context, PangoLayout *layout);

PangoFontDescription *pango_font_description_new(void);
void pango_font_description_free(PangoFontDescription *font);
void pango_font_description_set_family(PangoFontDescription *font, const char *family);
void pango_font_description_set_absolute_size(PangoFontDescription *font, double size);
void pango_font_description_set_weight(PangoFontDescription *font, int weight);

void pango_layout_set_font_description(PangoLayout *layout, const PangoFontDescription *font);
void pango_layout_set_text(PangoLayout *layout, const char *text, int length);
void pango_layout_set_width(PangoLayout *layout, int width);
void pango_layout_set_height(PangoLayout *layout, int height);
void pango_layout_set_wrap(PangoLayout *layout, int wrap);
void pango_layout_set_ellipsize(PangoLayout *layout, int ellipsize);
void pango_layout_set_alignment(PangoLayout *layout, int alignment);
void pango_layout_set_line_spacing(PangoLayout *layout, float factor);
void pango_layout_set_attributes(PangoLayout *layout, PangoAttrList *list);
void pango_layout_get_pixel_size(PangoLayout *layout, int *width, int *height);
int pango_layout_get_line_count(PangoLayout *layout);
int pango_layout_is_ellipsized(PangoLayout *layout);

PangoAttrList *pango_attr_list_new(void);
void pango_attr_list_unref(PangoAttrList *list);
void pango_attr_list_insert(PangoAttrList *list, PangoAttribute *attribute);
PangoAttribute *pango_attr_font_features_new(const char *features);

void g_object_unref(void *object);
